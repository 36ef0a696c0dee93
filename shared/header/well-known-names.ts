/** Names on several lines, with commas between them. */
const names = (text: string): readonly string[] => text.split(',').map((name) => name.trim());

/**
 * Header names that brokers' systems export, by the column they mean. Compared after folding
 * (`Company Postcode`, `company_postcode` and `CompanyPostcode` are one name). A name is listed here only if it can
 * mean one thing in a file of leads; anything else belongs in a partner's mapping file.
 */
export const wellKnownNames: Readonly<Record<string, readonly string[]>> = {
  'customer.first_name': names(`
    First Name, Given Name, Given Names, Forename, Customer First Name, Applicant First Name, Contact First Name,
    FirstName, First, Client First Name, Borrower First Name, Primary Applicant First Name, Contact Given Name,
    Preferred First Name, Name (First), Person - First Name, Forename 1, Applicant 1 First Name, FName`),
  'customer.last_name': names(`
    Last Name, Surname, Family Name, Customer Last Name, Applicant Last Name, Contact Last Name, Last,
    Client Last Name, Borrower Last Name, Primary Applicant Last Name, Client Surname, Applicant Surname,
    Contact Surname, Name (Last), Person - Last Name, Surname 1, Applicant 1 Surname, Applicant 1 Last Name, LName`),
  'customer.email': names(`
    Email, E-mail, Email Address, E-mail Address, Customer Email, Contact Email, Email Addr, Email 1, Primary Email,
    Applicant Email, Client Email, Borrower Email, Email Id, Best Email, Contact Email Address, E-mail 1 - Value,
    Applicant 1 Email, User Email, Home Email`),
  'customer.phone': names(`
    Phone, Mobile, Mobile Phone, Mobile Number, Phone Number, Telephone, Contact Number, Customer Phone, Contact Phone,
    Cell, Cell Phone, Cellphone, Mob, Mobile No, Phone No, Ph, Ph No, Tel, Telephone Number, Contact Phone Number,
    Applicant Mobile, Applicant Phone, Client Mobile, Client Phone, Customer Mobile, Contact Mobile,
    Best Contact Number, Best Phone, Primary Phone, Phone 1, Phone 1 - Value, Home Phone, Home Ph, Work Phone,
    Business Phone, Office Phone, Other Phone, Preferred Phone, Applicant 1 Phone Number, Applicant 1 Mobile,
    Person - Phone - Mobile, Person - Phone - Work, Person - Phone - Home, User Phone, Mobile Phone 1`),
  'customer.date_of_birth': names(`
    DOB, Date of Birth, Birth Date, Birthday, Customer DOB, Birthdate, Applicant DOB, Client DOB, Date of Birth (DOB),
    DOB 1, Applicant 1 DOB`),
  'customer.address.street_number': names(`
    Street Number, Street No, House Number, Customer Street Number, Home Street Number`),
  'customer.address.street': names(`Street, Street Name, Customer Street, Home Street`),
  'customer.address.street_type': names(`Street Type, Customer Street Type, Home Street Type`),
  'customer.address.suburb': names(`
    Suburb, City, Town, Customer Suburb, Home Suburb, Mailing City, Residential Suburb, Suburb/Town, Customer City,
    Home City, Locality`),
  'customer.address.postcode': names(`
    Postcode, Post Code, Postal Code, Zip, Customer Postcode, Home Postcode, P/Code, PCode, Zip Code, Zip/Postal Code,
    Mailing Zip/Postal Code, Mailing Postal Code, Residential Postcode, Customer Post Code, Post code, Mailing Zip,
    Home Postal Code, Home Zip`),
  'customer.address.state': names(`
    State, Customer State, Home State, State/Province, State/Region, Mailing State/Province, Mailing State,
    Residential State, Customer State/Territory, State/Territory`),
  'customer.address.country': names(`
    Country, Customer Country, Home Country, Country/Region, Mailing Country, Residential Country`),
  'customer.credit_score': names(`Credit Score, Customer Credit Score`),
  'customer.defaults': names(`Customer Defaults, Personal Defaults`),
  'customer.drivers_license_number': names(`
    Drivers License Number, Drivers Licence Number, Driver's License Number, Driver's Licence Number,
    Driver Licence Number, Driver License Number, Licence Number, License Number, Drivers Licence, Drivers License,
    Driver Licence, Driver License, DL Number, DL No, Driver's Licence No, Drivers Licence No, Licence No, License No`),
  'customer.drivers_license_state': names(`
    Drivers License State, Drivers Licence State, Driver's License State, Driver's Licence State, Driver Licence State,
    Driver License State, Licence State, License State`),
  'company.name': names(`
    Company, Company Name, Business, Business Name, Trading Name, Entity Name, Company/Account, Account Name,
    Organisation, Organization, Organisation Name, Organization Name, Associated Company, Company or Business Name,
    Business/Company Name, Name of Business, Name of Company, Co, Person - Organization`),
  'company.abn': names(`
    ABN, ACN, ABN/ACN, Company ABN, Business ABN, ABN Number, Australian Business Number, ABN No, A.B.N.,
    Business ABN/ACN, Company ABN/ACN, ABN or ACN, Entity ABN, Australian Business No, ACN Number`),
  'company.defaults': names(`Company Defaults, Business Defaults`),
  'company.months_in_business': names(`
    Months in Business, Months Trading, Time in Business Months, Months in Operation, Months Operating,
    Time Trading (Months), Trading Months, Months Established`),
  'company.accounting_software': names(`Accounting Software, Accounting Package`),
  'company.business_description': names(`Business Description, Company Description`),
  'company.industry': names(`
    Industry, Business Industry, Company Industry, Industry Type, Business Type, Type of Industry, Industry Sector,
    Nature of Business`),
  'company.average_monthly_turnover': names(`
    Average Monthly Turnover, Monthly Turnover, Avg Monthly Turnover, Monthly Revenue, Monthly Sales,
    Average Monthly Sales, Turnover per Month, Average Monthly Revenue`),
  'company.website': names(`
    Website, Web Site, Company Website, Business Website, URL, Company URL, Web Address, Website URL,
    Company Domain Name`),
  'company.number_of_employees': names(`
    Number of Employees, Employees, No of Employees, Staff, Headcount, No. of Employees, Number of Staff,
    Employee Count, Number of Employees/Staff, Staff Count, Total Employees`),
  'company.address.street_number': names(`Company Street Number, Business Street Number`),
  'company.address.street': names(`Company Street, Business Street`),
  'company.address.street_type': names(`Company Street Type, Business Street Type`),
  'company.address.suburb': names(`Company Suburb, Business Suburb, Company City, Business City`),
  'company.address.postal_code': names(`
    Company Postcode, Business Postcode, Company Postal Code, Business Postal Code, Company Address Postcode,
    Business Zip`),
  'company.address.state': names(`Company State, Business State`),
  'company.address.country': names(`Company Country, Business Country`),
  'loan.requested_amount': names(`
    Amount, Loan Amount, Requested Amount, Amount Requested, Requested Loan Amount, Finance Amount,
    Loan Amount Requested, Amount Required, Amount Sought, Funding Amount, Funds Required, Funding Required,
    Amount of Finance, Loan Size, Loan Value, Deal Amount, Amount Financed, How much would you like to borrow,
    How much do you need, How much do you want to borrow, How much funding do you need, Desired Loan Amount,
    Borrow Amount, Opportunity Amount, Loan Amt, Amt, Amount Req'd, Amt Required, Funding Req'd,
    Funds Req'd, Finance Required, Loan Required, Requested $`),
  'loan.installments': names(`
    Installments, Instalments, Number of Installments, Number of Instalments, Repayments, Loan Installments,
    Loan Instalments, No. of Instalments, No. of Installments, Number of Repayments, Repayment Count,
    Number of Payments, No. of Repayments`),
  'loan.notes': names(`
    Notes, Loan Notes, Comments, Comment, Additional Notes, Additional Information, Additional Comments,
    Description of Loan, Anything else we should know, Remarks`),
  'loan.reason_for_loan': names(`
    Reason, Loan Reason, Reason for Loan, Loan Purpose, Purpose, Purpose of Loan, Loan Use, Use of Funds,
    Reason for Funding, Funding Purpose, Finance Purpose, Purpose of Finance, Purpose of Funds, What is the loan for,
    What will you use the funds for, What do you need the funds for, Why do you need the loan`),
  documents: names(`Document, Docs, Files, Attachments, Attachment`),
};
